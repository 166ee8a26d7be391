package dev.rehearse.junit;

import dev.rehearse.plan.Overrides;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RehearsalFile;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.run.ReportedRun;
import dev.rehearse.run.RunFolder;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a test the {@link RehearsalReport} of its {@link Rehearse}. Registered by the annotation. */
public final class RehearseExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(RehearseExtension.class);

    /** Where the annotation stands, which is also where its report is kept. */
    private record Place(Rehearse annotation, ExtensionContext context) {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().equals(RehearsalReport.class);
    }

    @Override
    public RehearsalReport resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Place place = place(context)
                .orElseThrow(() -> new ParameterResolutionException("There is no @Rehearse on "
                        + context.getDisplayName() + " or around it, so there is no report."));
        return place.context()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        RehearsalReport.class, key -> rehearse(place.annotation()), RehearsalReport.class);
    }

    /** The annotation on the method, on its class, or on a class around that. */
    private static Optional<Place> place(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            ExtensionContext here = at.get();
            Optional<Rehearse> annotation = AnnotationSupport.findAnnotation(here.getElement(), Rehearse.class);
            if (annotation.isPresent()) {
                return Optional.of(new Place(annotation.get(), here));
            }
        }
        return Optional.empty();
    }

    private static RehearsalReport rehearse(Rehearse annotation) {
        Rehearsal rehearsal = RehearsalFile.read(Path.of(annotation.plan()), overrides(annotation));
        Path out = annotation.out().isEmpty() ? null : Path.of(annotation.out());
        try (RunFolder folder = RunFolder.make(out, rehearsal.name(), LocalDateTime.now())) {
            return ReportedRun.of(rehearsal, annotation.database(), folder.path(), RunListener.SILENT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterResolutionException("The rehearsal of " + rehearsal.name() + " was interrupted.", e);
        }
    }

    private static Overrides overrides(Rehearse annotation) {
        if (annotation.randomSeed().length > 1) {
            throw new ParameterResolutionException("randomSeed of @Rehearse has more than one number.");
        }
        return new Overrides(
                annotation.postgres() == 0 ? null : annotation.postgres(),
                annotation.scale() == 0 ? null : annotation.scale(),
                first(annotation.randomSeed()));
    }

    private static @Nullable Long first(long[] numbers) {
        return numbers.length == 0 ? null : numbers[0];
    }
}
