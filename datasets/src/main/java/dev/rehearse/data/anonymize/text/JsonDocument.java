package dev.rehearse.data.anonymize.text;

import java.util.regex.Pattern;

/**
 * Whether a text is a JSON object or array, as a whole. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class JsonDocument {

    private static final String BLANKS = " \t\r\n";
    private static final Pattern SCALAR =
            Pattern.compile("true|false|null|-?(?:0|[1-9]\\d*+)(?:\\.\\d++)?(?:[eE][+-]?\\d++)?");

    private final String text;
    private int place;

    private JsonDocument(String text) {
        this.text = text;
    }

    /** A value with nothing in it, such as {@code {}}, is one, too. */
    public static boolean isOne(String text) {
        if (text.length() < 2 || !isOpen(firstOf(text))) {
            return false;
        }
        JsonDocument document = new JsonDocument(text);
        return document.read() && document.next() == 0;
    }

    private static char firstOf(String text) {
        int i = 0;
        while (i < text.length() - 1 && BLANKS.indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return text.charAt(i);
    }

    private static boolean isOpen(char c) {
        return c == '{' || c == '[';
    }

    /** The next character that is no blank, which is not passed over; 0 at the end. */
    private char next() {
        while (place < text.length() && BLANKS.indexOf(text.charAt(place)) >= 0) {
            place++;
        }
        return place < text.length() ? text.charAt(place) : 0;
    }

    private boolean take(char c) {
        boolean is = next() == c;
        place += is ? 1 : 0;
        return is;
    }

    /** Without recursion: documents may be deeper than the stack. */
    private boolean read() {
        StringBuilder open = new StringBuilder();
        boolean begins = true;
        do {
            boolean isObject = !open.isEmpty() && open.charAt(open.length() - 1) == '{';
            char close = isObject ? '}' : ']';
            if (!open.isEmpty() && next() == close && take(close)) {
                open.setLength(open.length() - 1);
                begins = false;
                continue;
            }
            if (!begins && !take(',')) {
                return false;
            }
            if (isObject && !(string() && take(':'))) {
                return false;
            }
            char c = next();
            begins = isOpen(c);
            if (begins) {
                open.append(c);
                place++;
            } else if (!(c == '"' ? string() : scalar())) {
                return false;
            }
        } while (!open.isEmpty());
        return true;
    }

    private boolean scalar() {
        java.util.regex.Matcher found = SCALAR.matcher(text).region(place, text.length());
        boolean is = found.lookingAt();
        place = is ? found.end() : place;
        return is;
    }

    private boolean string() {
        if (!take('"')) {
            return false;
        }
        while (place < text.length()) {
            char c = text.charAt(place++);
            if (c == '"') {
                return true;
            }
            if (c < ' ' || (c == '\\' && !escape())) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        char c = place < text.length() ? text.charAt(place++) : 0;
        if (c != 'u') {
            return c != 0 && "\"\\/bfnrt".indexOf(c) >= 0;
        }
        for (int end = place + 4; place < end; place++) {
            if (place >= text.length() || Character.digit(text.charAt(place), 16) < 0) {
                return false;
            }
        }
        return true;
    }
}
