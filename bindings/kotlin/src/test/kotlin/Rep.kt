import com.fieldbook.Book
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Kind
import com.fieldbook.core.VisitState
import com.fieldbook.fix
import com.fieldbook.visit
import java.time.Instant
import kotlin.io.path.createTempDirectory
import kotlinx.coroutines.runBlocking

fun main() = runBlocking {
    val file = createTempDirectory("rep").resolve("rep.db")
    Book.open(file.toString()).use { book -> // made if need be; works without any server
        val shop = book.add(Kind.ACCOUNT, "name" to "Corner shop")
        book.add(Kind.SITE, "account_id" to FieldValue.Id(shop.id), "position" to "52.6309,1.2974")
        val here = fix(Instant.now(), lat = 52.6310, lon = 1.2974, accuracyM = 10.0)
        val visit = book.checkIn(shop.id, listOf(here)).visit // saved, whatever the fix says
        val arrival = (visit?.state as? VisitState.Open)?.checkIn
        println(arrival?.assessment?.verdict) // VERIFIED
    }
}
