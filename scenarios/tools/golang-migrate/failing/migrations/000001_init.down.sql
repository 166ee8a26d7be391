DROP TABLE orders;
DROP TABLE account;
