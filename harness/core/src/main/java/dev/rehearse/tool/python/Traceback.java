package dev.rehearse.tool.python;

import java.util.regex.Pattern;

/** What Python prints of an exception. */
final class Traceback {

    /** A frame in a library or in what imports, with the line of its source and the marks below it. */
    private static final Pattern OTHERS = Pattern.compile(
            "^  File \"(?:<frozen |[^\"\\n]*/lib/python\\d)[^\\n]*\\n(?:    [^\\n]*\\n)*", Pattern.MULTILINE);

    private Traceback() {}

    /** With the frames of the project alone; unchanged where there is no traceback. */
    static String ofTheProject(String output) {
        return OTHERS.matcher(output).replaceAll("");
    }
}
