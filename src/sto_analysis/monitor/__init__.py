"""What is asked: codebook, wave, register, answers, measures, specifications, published figures."""
