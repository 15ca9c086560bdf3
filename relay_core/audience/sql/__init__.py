"""Conditions as parameterised DuckDB SQL over the mirrored people."""
