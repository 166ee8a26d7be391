package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import java.sql.Connection;
import java.sql.SQLException;

/** A server of the rehearsal, watched as its owner. */
public record OwnServer(Server server) implements Watch.Target {

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect("rehearse-sampler");
    }
}
