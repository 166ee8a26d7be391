package com.example.ledger;

import dev.rehearse.junit.Key;
import dev.rehearse.junit.Operation;
import java.sql.SQLException;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;

/** What the ledger does all day, with its own code. */
abstract class LedgerWorkload {

    @Operation(perSecond = 30)
    void book(DataSource database, @Key("account.id") long account, RandomGenerator random) throws SQLException {
        new Ledger(database).book(account, random.nextLong(100_000));
    }

    @Operation(perSecond = 30)
    void ask_for_the_owner(DataSource database, @Key("account.id") long account) throws SQLException {
        new Ledger(database).ownerOf(account);
    }
}
