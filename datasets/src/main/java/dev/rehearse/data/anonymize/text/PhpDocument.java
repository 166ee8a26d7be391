package dev.rehearse.data.anonymize.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An array or an object as PHP's {@code serialize()} writes it, {@code a:1:{s:4:"name";s:4:"Anna";}}: a string stands behind the number of its bytes, and
 * cannot be read where that is another, as what an object writes of itself does, {@code C:5:"Names":9:{Anna;Eva,}}. One thread.
 *
 * @see <a href="https://www.php.net/manual/en/function.serialize.php">serialize</a>
 */
public final class PhpDocument {

    private static final int DEEPEST = 100;
    private static final int SHORTEST = "a:0:{}".length();
    private static final Pattern OPEN = Pattern.compile("(?:a|O:\\d{1,4}:\"[^\"]*\"):(\\d{1,7}):\\{");
    private static final Pattern STRING = Pattern.compile("s:(\\d{1,8}):\"");
    private static final Pattern NUMBER = Pattern.compile("[id]:(-?\\d+(?:\\.\\d+)?(?:E[+-]?\\d+)?);");
    private static final Pattern PLACE = Pattern.compile("i:-?\\d+;");
    private static final Pattern OTHER =
            Pattern.compile("N;|b:[01];|[rR]:\\d+;|d:(?:-?INF|NAN);|E:\\d{1,4}:\"[\\w\\\\]+:\\w+\";");

    /** An object that writes itself, with what that is. */
    private static final Pattern CUSTOM = Pattern.compile("C:\\d{1,4}:\"[^\"]*\":(\\d{1,8}):\\{");

    /** What stands between the values of those of PHP's own that do. */
    private static final Pattern MARK = Pattern.compile("[xm]:|[,;:]");

    private static final JsonWalk.Visitor NOBODY = new JsonWalk.Visitor() {
        @Override
        public void key(String key) {}

        @Override
        public void text(String name, String text, boolean keyed) {}
    };

    private final String text;
    private final JsonWalk.Visitor visitor;
    private int place;

    private PhpDocument(String text, JsonWalk.Visitor visitor) {
        this.text = text;
        this.visitor = visitor;
    }

    public static boolean isOne(String text) {
        boolean mayBe = text.length() >= SHORTEST && text.charAt(1) == ':' && "aOC".indexOf(text.charAt(0)) >= 0;
        if (!mayBe) {
            return false;
        }
        PhpDocument document = new PhpDocument(text, NOBODY);
        return document.value("", false, 0) && document.place == text.length();
    }

    /**
     * Walks one: keys, strings without the numbers of their bytes and quotes, numbers, and all else character by character.
     *
     * @param called the name of what stands under no key
     */
    public static void walk(String text, String called, JsonWalk.Visitor visitor) {
        new PhpDocument(text, visitor).value(called, false, 0);
    }

    private boolean value(String name, boolean keyed, int depth) {
        Matcher number = at(NUMBER);
        if (number.lookingAt()) {
            pass(number.start(1));
            visitor.number(name, number.group(1), keyed);
            place = number.end(1);
            pass(number.end());
            return true;
        }
        String string = string();
        if (string != null) {
            visitor.text(name, string, keyed);
            return true;
        }
        Matcher custom = at(CUSTOM);
        if (custom.lookingAt()) {
            return depth < DEEPEST && custom(custom, name, keyed, depth + 1);
        }
        Matcher open = at(OPEN);
        return open.lookingAt() ? depth < DEEPEST && members(open, name, keyed, depth) : passes(OTHER);
    }

    private boolean custom(Matcher custom, String name, boolean keyed, int depth) {
        int end = end(custom.end(), Integer.parseInt(custom.group(1)));
        if (!text.startsWith("}", end)) {
            return false;
        }
        String inside = text.substring(custom.end(), end);
        pass(custom.start(1));
        // Who hears nothing need not hear it twice, so that objects in objects take no more time with each.
        if (visitor != NOBODY) {
            visitor.uncounted();
            if (new PhpDocument(inside, NOBODY).values(name, keyed, depth)) {
                new PhpDocument(inside, visitor).values(name, keyed, depth);
            } else {
                visitor.bare(name, inside, keyed);
            }
            visitor.counted();
        }
        place = end + 1;
        return true;
    }

    /** Whether all of it are values, and what stands between them. */
    private boolean values(String name, boolean keyed, int depth) {
        while (place < text.length()) {
            int start = place;
            if (!value(name, keyed, depth) && (place > start || !passes(MARK))) {
                return false;
            }
        }
        return true;
    }

    private boolean members(Matcher open, String name, boolean keyed, int depth) {
        pass(open.end());
        int count = Integer.parseInt(open.group(1));
        for (int i = 0; i < count; i++) {
            String key = string();
            if (key != null) {
                visitor.key(key);
            }
            boolean isRead = key == null
                    ? passes(PLACE) && value(name, keyed, depth + 1)
                    : value(Meaning.within(name, key), true, depth + 1);
            if (!isRead) {
                return false;
            }
        }
        boolean closes = text.startsWith("}", place);
        pass(place + (closes ? 1 : 0));
        return closes;
    }

    /** The string that begins there; null where none does. */
    private @Nullable String string() {
        Matcher string = at(STRING);
        if (!string.lookingAt()) {
            return null;
        }
        int end = end(string.end(), Integer.parseInt(string.group(1)));
        if (!text.startsWith("\";", end)) {
            return null;
        }
        place = end + 2;
        return text.substring(string.end(), end);
    }

    /** Where so many bytes end that begin there; behind the text where they end within a character or nowhere. */
    private int end(int start, int size) {
        int end = start;
        int bytes = 0;
        while (bytes < size && end < text.length()) {
            int c = text.codePointAt(end);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            end += Character.charCount(c);
        }
        return bytes == size ? end : text.length();
    }

    private boolean passes(Pattern what) {
        Matcher found = at(what);
        boolean is = found.lookingAt();
        pass(is ? found.end() : place);
        return is;
    }

    private Matcher at(Pattern what) {
        return what.matcher(text).region(place, text.length());
    }

    private void pass(int end) {
        for (; place < end; place++) {
            visitor.other(text.charAt(place));
        }
    }
}
