"""What is turned from outside the play: the handles under `/_sandbox/`, and faults in answers."""
