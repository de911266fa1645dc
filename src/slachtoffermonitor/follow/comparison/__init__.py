"""Victims beside the population: would others of the same age, sex and place fare alike?"""
