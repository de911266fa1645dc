"""Compiled kernels: arrays in, arrays out; what they mean is said by the modules that call them."""
