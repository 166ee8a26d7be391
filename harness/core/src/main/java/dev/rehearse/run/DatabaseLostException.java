package dev.rehearse.run;

/** The server is gone; what was measured until then still counts. Never leaves this package. */
final class DatabaseLostException extends Exception {

    DatabaseLostException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
