package dev.rehearse.tool.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestServers;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolProject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock that a Liquibase leaves which was killed, where there is no command of Liquibase's to release it. */
class LiquibaseLockIT {

    @TempDir
    private Path folder;

    @Test
    void without_liquibase_s_command_the_way_out_is_a_statement_that_releases_the_lock() throws SQLException {
        Liquibase liquibase = new Liquibase();
        try (ToolProject project = new ToolProject(liquibase, folder, Map.of(), null);
                Connection connection = TestServers.freshDatabase().connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked boolean NOT NULL,"
                    + " lockgranted timestamp, lockedby varchar(255))");
            statement.execute("INSERT INTO databasechangeloglock VALUES (1, true, now(), 'shop-1 (10.0.0.7)')");

            ProjectTool.Stuck stuck = liquibase.stuck(project, connection).orElseThrow();

            assertThat(stuck.state()).contains("shop-1 (10.0.0.7)");
            assertThat(stuck.wayOut()).isEmpty();
            String way = Liquibase.release("databasechangeloglock");
            assertThat(stuck.advice()).startsWith(way + ", as liquibase release-locks does.");
            statement.execute(way);
            assertThat(liquibase.stuck(project, connection)).isEmpty();
        }
    }
}
