"""The parts of Secure Contexts that others ask: which origins and URLs may be trusted."""
