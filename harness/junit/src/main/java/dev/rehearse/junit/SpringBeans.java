package dev.rehearse.junit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** The beans of a test that runs in Spring. Touches Spring's classes only for such a test. Stateless. */
final class SpringBeans {

    private static final String EXTENSION = "org.springframework.test.context.junit.jupiter.SpringExtension";

    private SpringBeans() {}

    /** Those whose declared type is wanted; none where the test does not run in Spring. */
    static Stream<Object> of(Class<?> testClass, ExtensionContext asking, Predicate<Class<?>> wanted) {
        return isSprings(testClass) ? Context.beans(asking, wanted) : Stream.empty();
    }

    /** {@code @SpringBootTest}, {@code @SpringJUnitConfig} and the like carry it, too. */
    private static boolean isSprings(Class<?> testClass) {
        for (Class<?> at = testClass; at != null; at = at.getEnclosingClass()) {
            List<ExtendWith> extended = AnnotationSupport.findRepeatableAnnotations(at, ExtendWith.class);
            if (extended.stream()
                    .flatMap(with -> Arrays.stream(with.value()))
                    .anyMatch(extension -> extension.getName().equals(EXTENSION))) {
                return true;
            }
        }
        return false;
    }

    /** By itself, so that nobody needs Spring for the class around it. */
    private static final class Context {

        static Stream<Object> beans(ExtensionContext asking, Predicate<Class<?>> wanted) {
            ApplicationContext context = SpringExtension.getApplicationContext(asking);
            return Arrays.stream(context.getBeanDefinitionNames())
                    .filter(name -> Optional.<Class<?>>ofNullable(context.getType(name, false))
                            .filter(wanted)
                            .isPresent())
                    .map(context::getBean);
        }
    }
}
