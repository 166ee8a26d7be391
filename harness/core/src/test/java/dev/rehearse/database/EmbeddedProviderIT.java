package dev.rehearse.database;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The embedded server, with binaries from Maven and as the machine has it. */
class EmbeddedProviderIT {

    abstract static class Embedded extends DatabaseProviderContract {
        @Override
        String kind() {
            return "embedded";
        }

        @Override
        void kill(TestDatabase database) throws Exception {
            String pid = value(database.primary(), "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)");
            Processes.signal(Long.parseLong(pid), "KILL");
        }

        @Override
        List<String> belongingsOf(String runId) {
            List<String> found = new ArrayList<>(folderOf(runId));
            Path folder = HOME.runs().resolve(runId);
            for (String server : List.of("primary", "standby-1", "standby-2")) {
                ServerProcesses.of(folder.resolve(server)).forEach(process -> found.add("process " + process.pid()));
            }
            return found;
        }
    }

    @Nested
    class Version18 extends Embedded {
        @Override
        int version() {
            return 18;
        }
    }

    @Nested
    class Version14 extends Embedded {
        @Override
        int version() {
            return 14;
        }
    }

    @Nested
    class InstalledVersion15 extends Embedded {
        @BeforeEach
        void only_where_it_is_installed() {
            assumeTrue(PostgresBinaries.installed(15).isPresent(), "PostgreSQL 15 is not installed on this machine");
        }

        @Override
        int version() {
            return 15;
        }
    }
}
