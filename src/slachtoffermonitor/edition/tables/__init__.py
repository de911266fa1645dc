"""The tables of an edition, topic by topic: what each room found, in rows that are explained."""
