package com.example.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Books amounts and adds them up. */
public final class Ledger {

    private final DataSource database;

    public Ledger(DataSource database) {
        this.database = database;
    }

    public void book(long account, long cents) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO entry (account_id, cents) VALUES (?, ?)")) {
            insert.setLong(1, account);
            insert.setLong(2, cents);
            insert.executeUpdate();
        }
    }

    public String ownerOf(long account) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT owner FROM account WHERE id = ?")) {
            query.setLong(1, account);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }
}
