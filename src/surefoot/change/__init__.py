"""What differs between sessions: two trials, the two legs, weeks of one person."""
