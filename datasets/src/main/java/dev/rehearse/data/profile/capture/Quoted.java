package dev.rehearse.data.profile.capture;

/** Names and texts as they stand in SQL, with standard_conforming_strings on. */
final class Quoted {

    private Quoted() {}

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
