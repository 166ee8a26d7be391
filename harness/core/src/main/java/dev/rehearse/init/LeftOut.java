package dev.rehearse.init;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a plan leaves out of the files beside its migrations, for a note. Stateless. */
final class LeftOut {

    private static final int SHOWN = 8;

    private LeftOut() {}

    /** In order, the first of many; empty where there are none. */
    static String names(Stream<String> files) {
        List<String> all = files.sorted().toList();
        return all.stream().limit(SHOWN).collect(Collectors.joining(", "))
                + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
    }
}
