"""What `hub bench fusion` is made of: days with their truth, the sides that are compared, and how they are judged."""
