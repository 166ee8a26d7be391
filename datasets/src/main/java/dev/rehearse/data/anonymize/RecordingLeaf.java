package dev.rehearse.data.anonymize;

import dev.rehearse.data.anonymize.ValueType.Kind;

/** Writes each leaf down on its way. One thread. */
final class RecordingLeaf implements Leaf {

    private final Leaf leaf;
    private final Ledger ledger;
    private final String place;
    private final boolean personal;

    RecordingLeaf(Leaf leaf, Ledger ledger, String place, boolean personal) {
        this.leaf = leaf;
        this.ledger = ledger;
        this.place = place;
        this.personal = personal;
    }

    /** Whether what a leaf says about a person may be looked for in texts. */
    static boolean isTelling(Kind kind, String value) {
        return switch (kind) {
            case TEXT, INTEGER, NUMERIC, INET, UUID, MAC -> true;
            case DATE -> !value.endsWith("infinity");
            default -> false;
        };
    }

    static boolean isPersonal(String name, boolean inside, boolean column) {
        return column || (inside && Meaning.ofName(name, "").isPersonal());
    }

    @Override
    public String value(Kind kind, String name, String value, boolean inside) {
        String image = leaf.value(kind, name, value, inside);
        if (isTelling(kind, value)) {
            ledger.read(value, isPersonal(name, inside, personal));
            ledger.replaced(place, value, image);
        }
        return image;
    }

    @Override
    public String key(String key) {
        String image = leaf.key(key);
        ledger.read(key, false);
        ledger.replaced(place, key, image);
        return image;
    }
}
