"""What Meta or a channel would refuse, said before anything is submitted."""
