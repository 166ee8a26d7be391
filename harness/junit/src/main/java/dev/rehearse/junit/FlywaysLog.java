package dev.rehearse.junit;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps Flyway's account of what it does out of the output of tests for a while: of a rehearsal there is a report. Its warnings stay.
 * Only where it logs through the JDK and nobody has said how much; the settings of a logging framework are the project's. One at a time.
 */
final class FlywaysLog {

    private final Logger logger = Logger.getLogger("org.flywaydb");
    private final boolean isUnset = logger.getLevel() == null;

    private FlywaysLog() {}

    static FlywaysLog hushed() {
        FlywaysLog log = new FlywaysLog();
        if (log.isUnset) {
            log.logger.setLevel(Level.WARNING);
        }
        return log;
    }

    void restore() {
        if (isUnset) {
            logger.setLevel(null);
        }
    }
}
