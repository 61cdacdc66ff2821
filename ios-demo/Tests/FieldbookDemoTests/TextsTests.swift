import Fieldbook
import Foundation
import Testing

@testable import FieldbookDemo

@Suite struct TextsTests {
    private let english = Texts(language: "en-GB", zone: .gmt)
    private let chinese = Texts(language: "zh-CN", zone: .gmt)

    @Test(arguments: Texts.Language.allCases) func everyKeyHasATextAndEveryTextAKey(_ language: Texts.Language) {
        let table = Texts.table(of: language)
        let keys = Set(table.keys.map { $0.split(separator: ".")[0] }.map(String.init))
        #expect(keys == Set(TextKey.allCases.map(\.rawValue)))
    }

    @Test func bothLanguagesTakeTheSameValues() {
        let (english, chinese) = (Texts.table(of: .english), Texts.table(of: .chinese))
        for (key, text) in chinese {
            let values = { (text: String) in (1...3).filter { text.contains("%\($0)$@") } }
            #expect(values(text) == values(english[key] ?? ""), "\(key)")
        }
    }

    @Test(arguments: [("values", Texts.Language.english), ("values-zh", .chinese)])
    func theWordsAreThoseOfTheAndroidApp(_ folder: String, _ language: Texts.Language) throws {
        let file = checkout.appending(path: "android-demo/app/src/main/res/\(folder)/strings.xml")
        let xml = try String(contentsOf: file, encoding: .utf8)
        let table = Texts.table(of: language)
        var compared = 0
        for match in xml.matches(of: /<string name="(\w+)">(.*?)<\/string>/) {
            let (name, text) = (String(match.1), String(match.2))
            guard name != "app_name" else { continue }
            #expect(table[name] == text.replacing(/%(\d)\$(?:s|d|\.1f)/) { "%\($0.1)$@" }, "\(name)")
            compared += 1
        }
        #expect(compared > 200)
    }

    @Test func countsHaveTheirForms() {
        #expect(english(Message(counting: 1, .unsentEdits)) == "1 edit unsent")
        #expect(english(Message(counting: 2, .unsentEdits)) == "2 edits unsent")
        #expect(chinese(Message(counting: 1, .unsentEdits)) == "1 项修改未发送")
        #expect(english(Message(counting: 1, .everyDays)) == "Every day")
    }

    @Test func lengthsAgesAndTimesAreWrittenAsTheRepReadsThem() {
        #expect(english(metres(84.6)) == "85 m" && english(metres(-1_449)) == "1.4 km")
        #expect(english(age(-3)) == "0 s" && english(age(119)) == "119 s" && english(age(7_199)) == "119 min")
        #expect(english(age(172_799)) == "47 h" && chinese(age(172_800)) == "2 天")
        #expect(english.timeOfDay(34_200) == "09:30" && english.timeOfDay(90_000) == "23:59")
        #expect(english.day("2026-11-24").contains("2026") && english.day("soon") == "soon")
        #expect(chinese.longDay(Date(unixMilliseconds: 1_795_594_800_000)).contains("星期三"))
    }

    @Test func amountsHaveTheDigitsOfTheirCurrency() {
        #expect(english.amount(Money(minor: 120_050, currency: "GBP")) == "£1,200.50")
        #expect(english.amount(Money(minor: 1_200, currency: "JPY")).contains("1,200"))
        #expect(english.amount(Money(minor: -5, currency: "GBP")).contains("0.05"))
    }

    @Test func valuesAndFieldsAreWords() {
        #expect(
            english.value(nil) == "nothing" && english.value(true) == "yes" && english.value(.id("x")) == "a record")
        #expect(english(fieldName("phone")) == "Phone" && english(fieldName("tag/vip")) == "Tag")
        #expect(english(fieldName("x/allergens")) == "x/allergens")
    }

    @Test func aDefectHasASentenceToo() {
        #expect(english(sentence(about: CancellationError())).hasPrefix("A mistake in the app"))
        #expect(sentence(about: SyncError.Refused(.revoked)) == Message(.errorRevoked))
        #expect(sentence(about: CheckInError.Book(.Store(.DiskFull))) == Message(.errorDiskFull))
    }
}
