"""Lists from elsewhere, as Python modules: `facts` opens no file."""
