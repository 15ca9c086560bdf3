"""Files that templates can point at: small real ones, and every way in which one disappoints."""
