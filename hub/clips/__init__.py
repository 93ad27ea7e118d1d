"""Evidence on film: seconds before to seconds after each observation, cut from the packets that the cameras sent."""
