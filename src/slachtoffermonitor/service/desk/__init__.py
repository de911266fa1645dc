"""The analyst's desk: editions started, watched and compared; grey pairs judged by two people.

Nothing is counted or estimated here: the rooms are called. An edition runs in a process of its own.
"""
