package dev.rehearse.report;

/** Text from elsewhere (SQL, names, messages of a server) made harmless: nothing in it may steer what shows it. */
final class PlainText {

    private PlainText() {}

    /**
     * The same text with control characters, direction overrides and broken surrogates made visible ("[U+202E]"). Newlines and tabs
     * stay.
     */
    static String visible(String text) {
        StringBuilder visible = null;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (steers(c)) {
                if (visible == null) {
                    visible = new StringBuilder(text.substring(0, i));
                }
                visible.append(String.format("[U+%04X]", c));
            } else if (visible != null) {
                visible.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return visible == null ? text : visible.toString();
    }

    /** Visible, on one line, runs of white space as one blank. */
    static String oneLine(String text) {
        return visible(text).strip().replaceAll("\\s+", " ");
    }

    /** On one line, at most so many characters long; what is cut is marked. */
    static String oneLine(String text, int length) {
        String line = oneLine(text);
        if (line.length() <= length) {
            return line;
        }
        int end = Math.max(0, length - 1);
        if (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end).stripTrailing() + "…";
    }

    private static boolean steers(int c) {
        if (c == '\n' || c == '\t' || c == '\r') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            case Character.FORMAT -> c != 0x200D && c != 0x00AD; // a joiner is part of emoji and of some scripts
            case Character.UNASSIGNED -> c == 0xFFFE || c == 0xFFFF;
            default -> false;
        };
    }
}
