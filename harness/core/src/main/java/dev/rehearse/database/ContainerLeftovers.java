package dev.rehearse.database;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Containers, volumes and networks whose owner has died. */
final class ContainerLeftovers {

    private ContainerLeftovers() {}

    static List<String> list(ContainerEngine engine, RehearseHome home) {
        return go(engine, home, false);
    }

    static List<String> removeDead(ContainerEngine engine, RehearseHome home) {
        return go(engine, home, true);
    }

    private static List<String> go(ContainerEngine engine, RehearseHome home, boolean remove) {
        List<String> found = new ArrayList<>();
        for (ContainerEngine.Item container : engine.containers()) {
            if (isDead(container.labels())) {
                found.add("container " + container.id().substring(0, 12) + " of run "
                        + container.labels().get(ContainerLabels.RUN));
                if (remove) {
                    engine.removeContainer(container.id());
                }
            }
        }
        for (ContainerEngine.Item volume : engine.volumes()) {
            if (isDead(volume.labels()) && !isTemplate(volume.labels(), home)) {
                found.add("volume " + volume.id());
                if (remove) {
                    engine.removeVolume(volume.id());
                }
            }
        }
        for (ContainerEngine.Item network : engine.networks()) {
            if (isDead(network.labels())) {
                found.add("network " + network.id());
                if (remove) {
                    engine.removeNetwork(network.id());
                }
            }
        }
        return found;
    }

    private static boolean isDead(Map<String, String> labels) {
        return ContainerLabels.owner(labels).map(Owner::state).orElse(Owner.State.ELSEWHERE) == Owner.State.DEAD;
    }

    /** A template's volume outlives its maker, as long as its folder is there; another home's folder is not ours to judge. */
    private static boolean isTemplate(Map<String, String> labels, RehearseHome home) {
        String entry = labels.get(ContainerLabels.TEMPLATE);
        return entry != null
                && (!entry.startsWith(home.directory().toString()) || Files.isDirectory(java.nio.file.Path.of(entry)));
    }
}
