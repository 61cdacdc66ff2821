plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
    alias(libs.plugins.kotlin.compose)
}

android {
    namespace = "com.fieldbook.demo"
    compileSdk = 35

    defaultConfig {
        applicationId = "com.fieldbook.demo"
        minSdk = 26
        targetSdk = 34
        versionCode = 1
        versionName = "0.1.0"
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "rules.pro")
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    buildFeatures { compose = true }

    sourceSets["main"].apply {
        // The Kotlin layer; `cargo xtask bindings` writes the generated part.
        kotlin.srcDirs("../../bindings/kotlin/src/main/kotlin", "../../bindings/kotlin/generated")
        assets.srcDirs("../../cli/sample")
    }

    testOptions {
        unitTests {
            isIncludeAndroidResources = true
            all {
                val library = rootProject.file("../target/debug").path
                it.systemProperty("jna.library.path", library)
                it.systemProperty("fieldbook.native", library)
                it.systemProperty("pictures", layout.buildDirectory.dir("pictures").get().asFile.path)
                it.systemProperty("golden", file("src/test/golden").path)
                it.systemProperty("bless", providers.gradleProperty("bless").getOrElse("false"))
                it.systemProperty("robolectric.pixelCopyRenderMode", "hardware")
            }
        }
    }
}

kotlin {
    compilerOptions {
        optIn.add("androidx.compose.material3.ExperimentalMaterial3Api")
    }
}

dependencies {
    implementation(libs.activity.compose)
    implementation(libs.compose.foundation)
    implementation(libs.compose.material.icons)
    implementation(libs.compose.material3)
    implementation(libs.compose.ui)
    implementation(libs.core.ktx)
    implementation(libs.coroutines.android)
    implementation(libs.lifecycle.runtime.compose)
    implementation(libs.lifecycle.viewmodel.compose)
    implementation(variantOf(libs.jna) { artifactType("aar") })

    testImplementation(libs.androidx.test.core)
    testImplementation(libs.compose.test)
    testImplementation(libs.jna)
    testImplementation(libs.junit)
    testImplementation(libs.robolectric)
    debugImplementation(libs.compose.test.manifest)
}
