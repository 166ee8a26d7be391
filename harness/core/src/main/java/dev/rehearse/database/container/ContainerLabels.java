package dev.rehearse.database.container;

import dev.rehearse.database.machine.Owner;
import dev.rehearse.database.machine.Run;
import java.util.Map;
import java.util.Optional;

/** How containers, volumes and networks say whose they are. */
public final class ContainerLabels {

    static final String RUN = "dev.rehearse.run";
    static final String OWNER = "dev.rehearse.owner";
    public static final String TEMPLATE = "dev.rehearse.template";

    private ContainerLabels() {}

    static Map<String, String> of(Run run) {
        return Map.of(RUN, run.id(), OWNER, Owner.current().toString());
    }

    /** @param entry the folder of the template that a volume belongs to: it may outlive its maker */
    static Map<String, String> ofTemplate(Run run, String entry) {
        return Map.of(RUN, run.id(), OWNER, Owner.current().toString(), TEMPLATE, entry);
    }

    public static Optional<Owner> owner(Map<String, String> labels) {
        return Owner.parse(labels.getOrDefault(OWNER, ""));
    }
}
