# fingerprints of operating systems for pf
