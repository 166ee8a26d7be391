package dev.rehearse.data.anonymize.text;

import java.util.ArrayDeque;
import java.util.Deque;

/** Walks the strings and numbers of a JSON text, however deep, each with the key that it stands under; of one that is cut short as far as it goes. Stateless. */
public final class JsonWalk {

    /** A place in no list of numbers that may be a day. */
    private static final int OUTSIDE = -1;

    private static final int DIGITS_OF_YEAR = 4;

    /** Hears of everything in its order. */
    public interface Visitor {

        /** A key. */
        void key(String key);

        /**
         * A string.
         *
         * @param name of the key that it stands under, see {@link Meaning#within}, or what the document is called
         * @param keyed whether it stands under a key
         */
        void text(String name, String text, boolean keyed);

        /** A number, as it is written. */
        default void number(String name, String number, boolean keyed) {}

        /** A character outside of these. */
        default void other(char c) {}

        /** What is told until {@link #counted} stands behind the number of its bytes, in brackets. */
        default void uncounted() {}

        /** What {@link #uncounted} begins has ended. */
        default void counted() {}

        /** A string that stands as it is, without quotes. */
        default void bare(String name, String text, boolean keyed) {
            text(name, text, keyed);
        }
    }

    private JsonWalk() {}

    /** @param called the name of what stands under no key */
    public static void walk(String json, String called, Visitor visitor) {
        // By depth: under what the values of an object or array stand, and of an object those before its keys.
        Deque<String> names = new ArrayDeque<>();
        String name = called;
        int objects = 0;
        int place = OUTSIDE;
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c == '"') {
                StringBuilder text = new StringBuilder();
                i = unquote(json, i + 1, text);
                if (i > json.length()) {
                    return;
                }
                if (isKey(json, i)) {
                    String within = names.isEmpty() ? called : names.peek();
                    name = Meaning.within(within, text.toString());
                    visitor.key(text.toString());
                } else {
                    place = OUTSIDE;
                    visitor.text(name, text.toString(), objects > 0);
                }
            } else if (c == '-' || (c >= '0' && c <= '9')) {
                int end = i + 1;
                while (end < json.length() && "0123456789.eE+-".indexOf(json.charAt(end)) >= 0) {
                    end++;
                }
                String number = json.substring(i, end);
                place = place == 0 && number.length() != DIGITS_OF_YEAR ? OUTSIDE : place;
                visitor.number(Meaning.withinList(name, place), number, objects > 0);
                i = end;
            } else {
                if (c == '{' || c == '[') {
                    names.push(name);
                } else if ((c == '}' || c == ']') && !names.isEmpty()) {
                    name = names.pop();
                }
                if (c == ',') {
                    place += place == OUTSIDE ? 0 : 1;
                } else if (!isBlank(c)) {
                    place = c == '[' ? 0 : OUTSIDE;
                }
                objects += c == '{' ? 1 : c == '}' ? -1 : 0;
                visitor.other(c);
                i++;
            }
        }
    }

    private static boolean isBlank(char c) {
        return " \t\r\n".indexOf(c) >= 0;
    }

    /** Only a key has a colon behind it. */
    private static boolean isKey(String json, int after) {
        int i = after;
        while (i < json.length() && isBlank(json.charAt(i))) {
            i++;
        }
        return i < json.length() && json.charAt(i) == ':';
    }

    /** @return the place behind the closing quote; beyond the end where there is none */
    private static int unquote(String json, int start, StringBuilder text) {
        int i = start;
        while (i < json.length() && json.charAt(i) != '"') {
            char c = json.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char code = i < json.length() ? json.charAt(i++) : 0;
            if (code == 'u') {
                int end = i + 4;
                int unit = 0;
                for (; i < end; i++) {
                    int digit = i < json.length() ? Character.digit(json.charAt(i), 16) : -1;
                    if (digit < 0) {
                        return json.length() + 1;
                    }
                    unit = unit << 4 | digit;
                }
                text.append((char) unit);
            } else {
                int place = "bfnrt".indexOf(code);
                text.append(place < 0 ? code : "\b\f\n\r\t".charAt(place));
            }
        }
        return i + 1;
    }
}
