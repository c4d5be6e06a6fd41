"""Write `docs/benchmarks.md` from the checked-in results (`python -m bench.page --take` takes those of the last run)."""

from bench.page import main

if __name__ == "__main__":
    main([])
