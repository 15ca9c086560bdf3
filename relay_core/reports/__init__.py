"""What happened: figures of a run, the people behind them, charts, and files to take away."""
