"""Help for victims: asked for lawfully, waiting with a reason, offered, placed and handed over.

Urgency is a professional's word by a written rule, never computed; nobody gets a score.
"""
