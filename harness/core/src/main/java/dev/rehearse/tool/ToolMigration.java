package dev.rehearse.tool;

import java.nio.file.Path;
import java.util.List;

/**
 * One migration of a project.
 *
 * @param id as the tool's users name it: "20260102000000_email", "shop.0002_email"
 * @param files what it is made of, its way back among them
 */
public record ToolMigration(String id, List<Path> files) {

    public ToolMigration {
        files = List.copyOf(files);
    }

    public static ToolMigration of(String id, Path... files) {
        return new ToolMigration(id, List.of(files));
    }
}
