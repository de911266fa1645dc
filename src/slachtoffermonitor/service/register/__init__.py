"""The reporting point: reports received lawfully, kept apart from identity, and withdrawn.

One door, `receiving.receive`, for the pages, the upload and the interface: the same verdict, the
same checks, the same trail. Nothing is counted or estimated here.
"""
