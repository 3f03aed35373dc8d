// This needs a document, so it is not in scope.
