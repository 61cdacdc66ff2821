package com.fieldbook.demo

import android.content.Context
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import com.fieldbook.demo.platform.PreferencesSettings
import com.fieldbook.demo.platform.inLanguage
import com.fieldbook.demo.ui.FieldbookScreens
import com.fieldbook.demo.ui.theme.FieldbookTheme

/** The one activity; its screens are in `ui`. */
class MainActivity : ComponentActivity() {
    override fun attachBaseContext(base: Context) {
        super.attachBaseContext(base.inLanguage(PreferencesSettings(base).current().language))
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        enableEdgeToEdge()
        super.onCreate(savedInstanceState)
        val container = (application as FieldbookApp).container()
        container.open()
        setContent {
            FieldbookTheme { FieldbookScreens(container) }
        }
    }
}
