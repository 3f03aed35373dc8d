// The page puts its own in place of this.
