-- Nothing to take back: the column goes with the version before.
SELECT 1;
