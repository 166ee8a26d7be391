package dev.rehearse.scenarios;

import dev.rehearse.database.choice.DatabaseProviders;

/** Whether the tests that need containers run, fail, or are skipped. */
final class Containers {

    private Containers() {}

    /** Where {@code REHEARSE_TEST_CONTAINERS} says required, they run: without an engine they are to fail. */
    static boolean areAvailable() {
        return "required".equals(System.getenv("REHEARSE_TEST_CONTAINERS"))
                || !DatabaseProviders.auto().provider().name().equals("embedded");
    }
}
