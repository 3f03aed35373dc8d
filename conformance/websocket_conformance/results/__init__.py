"""The words that all of the judge shares: a verdict, a result, a run."""
