package com.fieldbook.demo.ui.theme

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.Immutable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color

private val Light = lightColorScheme(
    primary = Color(0xFF1B5E4B),
    onPrimary = Color.White,
    primaryContainer = Color(0xFFCDEBDD),
    onPrimaryContainer = Color(0xFF00291D),
    secondary = Color(0xFF4A635A),
    secondaryContainer = Color(0xFFDDE9E2),
    onSecondaryContainer = Color(0xFF12261E),
    tertiary = Color(0xFF8A5A00),
    tertiaryContainer = Color(0xFFFFE3B8),
    onTertiaryContainer = Color(0xFF2C1B00),
    background = Color(0xFFF8FAF8),
    surface = Color(0xFFF8FAF8),
    surfaceContainer = Color(0xFFEDF2EE),
    surfaceContainerLow = Color(0xFFF2F6F3),
    surfaceContainerHigh = Color(0xFFE6ECE8),
    surfaceVariant = Color(0xFFDFE7E2),
    onSurfaceVariant = Color(0xFF414B46),
    outline = Color(0xFF717B76),
    outlineVariant = Color(0xFFC1CAC5),
)

private val Dark = darkColorScheme(
    primary = Color(0xFF8FD5BA),
    onPrimary = Color(0xFF00382A),
    primaryContainer = Color(0xFF0D5040),
    onPrimaryContainer = Color(0xFFCDEBDD),
    secondary = Color(0xFFB2CCC0),
    secondaryContainer = Color(0xFF334B42),
    onSecondaryContainer = Color(0xFFDDE9E2),
    tertiary = Color(0xFFFFBA4A),
    tertiaryContainer = Color(0xFF634000),
    onTertiaryContainer = Color(0xFFFFE3B8),
    background = Color(0xFF101412),
    surface = Color(0xFF101412),
    surfaceContainer = Color(0xFF1C211F),
    surfaceContainerLow = Color(0xFF181D1A),
    surfaceContainerHigh = Color(0xFF262C29),
    surfaceVariant = Color(0xFF3A4540),
    onSurfaceVariant = Color(0xFFC3CCC7),
    outline = Color(0xFF8B9590),
    outlineVariant = Color(0xFF414B46),
)

/** The colours of the map that Material has no names for. */
@Immutable
data class MapColors(
    val ground: Color,
    val water: Color,
    val park: Color,
    val street: Color,
    val rail: Color,
    val building: Color,
)

private val LightMap = MapColors(
    ground = Color(0xFFECEFE9),
    water = Color(0xFFB7D7E8),
    park = Color(0xFFCFE3C2),
    street = Color(0xFFFFFFFF),
    rail = Color(0xFFB9BDB9),
    building = Color(0xFFD8DCD6),
)

private val DarkMap = MapColors(
    ground = Color(0xFF1D2320),
    water = Color(0xFF17384A),
    park = Color(0xFF24372A),
    street = Color(0xFF38423D),
    rail = Color(0xFF4A524E),
    building = Color(0xFF2A312D),
)

/** The map's colours in the current theme. */
val LocalMapColors = staticCompositionLocalOf { LightMap }

/** Light by day, dark at night, as the phone says. */
@Composable
fun FieldbookTheme(dark: Boolean = isSystemInDarkTheme(), content: @Composable () -> Unit) {
    CompositionLocalProvider(LocalMapColors provides if (dark) DarkMap else LightMap) {
        MaterialTheme(colorScheme = if (dark) Dark else Light, content = content)
    }
}
