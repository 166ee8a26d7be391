package dev.rehearse.database;

import org.junit.jupiter.api.Nested;

/** The embedded server, from Maven and as the machine has it. */
class EmbeddedProviderIT {

    abstract static class Embedded extends DatabaseProviderContract {
        @Override
        DatabaseProvider provider() {
            return DatabaseProviders.embedded();
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
    class Version15 extends Embedded {
        @Override
        int version() {
            return 15;
        }
    }
}
