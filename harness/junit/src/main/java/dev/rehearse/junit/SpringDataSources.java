package dev.rehearse.junit;

import dev.rehearse.workload.lend.LoadDataSource;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Lets the application's own repositories work as operations of the load: in the application context of a test with {@link Operation}s or
 * {@link Invariant}s every DataSource leads the load's threads to the rehearsal's database, and everybody else where it always led. Found by
 * Spring through {@code META-INF/spring.factories}; nothing else touches it.
 */
final class SpringDataSources implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        for (Class<?> at = testClass; at != null; at = at.getEnclosingClass()) {
            boolean works = !AnnotationSupport.findAnnotatedMethods(
                                    at, Operation.class, HierarchyTraversalMode.TOP_DOWN)
                            .isEmpty()
                    || !AnnotationSupport.findAnnotatedMethods(at, Invariant.class, HierarchyTraversalMode.TOP_DOWN)
                            .isEmpty();
            if (works) {
                return new Customizer();
            }
        }
        return null;
    }

    /** All are equal, so that tests share their contexts. */
    private record Customizer() implements ContextCustomizer {

        @Override
        public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
            context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource dataSource ? new LoadDataSource(dataSource) : bean;
                }
            });
        }
    }
}
