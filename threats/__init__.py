"""What feeds know of vulnerabilities, and which components of a product it concerns.

Guarantees: imports `facts` and diagnostics only; opens the files and folders that it is told, and nothing else.
"""
