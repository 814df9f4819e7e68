#include "people.h"

#include <stdio.h>
#include <string.h>

/* Given and family names that go together; `family_first` where that is the custom. */
static const struct tongue {
    const char *given[12], *family[12];
    bool family_first;
    int weight;
} tongues[] = {
    { { "Alice", "Grace", "Hannah", "Megan", "Oliver", "Ruth", "Thomas", "Emma", "Jack", "Lucy", "Niamh",
        "Rhys" },
      { "Hartwell", "Brandon-Pike", "Oakes", "Fenwick", "Morley", "O'Dare", "Whitlock", "Ashby", "Penrose",
        "Thorne", "Llewellyn", "Stott" },
      false,
      40 },
    { { "Ana", "Lucía", "Íñigo", "Begoña", "Mateo", "Ximena", "Raúl", "Inés", "Jordi", "Pilar", "Tomás",
        "Marisol" },
      { "Ferrandiz Peña", "Castañar", "Urrutikoa", "Olmedo", "Quiñonera", "Bellver", "Salcedo Ruano",
        "Núñez Arjona", "Tordera", "Valcárcel", "Echániz", "Moral" },
      false,
      10 },
    { { "Agnieszka", "Łucja", "Wojciech", "Zofia", "Małgorzata", "Paweł", "Żaneta", "Jadwiga", "Tomasz",
        "Kinga", "Ewa", "Michał" },
      { "Brzezińska", "Wójtowicz", "Świtalska", "Kłos", "Zawrotna", "Gęsicka", "Dąbrowiak", "Łoza", "Mroczek",
        "Pietruszka", "Sroka", "Żurek" },
      false,
      8 },
    { { "Олена", "Тарас", "Світлана", "Ірина", "Богдан", "Надія", "Юлія", "Марко", "Леся", "Остап", "Віра",
        "Ганна" },
      { "Гречаник", "Вербицька", "Калинюк", "Дорошевич", "Зозуля", "Яворська", "Мельничин", "Криничний",
        "Сокольська", "Тополя", "Бережна", "Журба" },
      false,
      7 },
    { { "Ελένη", "Γιώργος", "Δέσποινα", "Κατερίνα", "Νίκος", "Ζωή", "Ηλίας", "Μαρίνα", "Αλέξης", "Φωτεινή",
        "Θάλεια", "Σταύρος" },
      { "Μελισσινού", "Καρυδάς", "Θαλασσινού", "Πετρίδης", "Αμπελά", "Κοντογιάννη", "Λιβαδάς", "Ροδίτη",
        "Χελιδώνης", "Σταφυλά", "Ανεμογιάννη", "Δροσινός" },
      false,
      5 },
    { { "ليلى", "يوسف", "مريم", "سلمى", "كريم", "نور", "هدى", "سامر", "رنا", "طارق", "جميلة", "زياد" },
      { "الزيتوني", "البستاني", "الريحاني", "النجار", "الياسمين", "الحداد", "المرجان", "الصفدي", "الخياط",
        "السنديان", "الورّاق", "الشامي" },
      false,
      7 },
    { { "रेखा", "अनिल", "मीरा", "सुनीता", "विजय", "कविता", "अर्जुन", "लता", "दीपक", "नेहा", "पूजा", "रोहन" },
      { "चंद्राकर", "देशमाने", "फुलवाड़ी", "गंगाधर", "हरिणे", "कमलकर", "मोरपंख", "नीलकंठे", "पर्वतीय", "सूर्यवंश", "तारापुर",
        "वनमाली" },
      false,
      6 },
    { { "美穂", "翔太", "葵", "結衣", "健一", "彩花", "直樹", "千尋", "陽子", "蓮", "真央", "涼" },
      { "月岡", "花森", "小鳥沢", "青柳原", "雪村", "松ヶ枝", "星川", "藤波", "若草", "石清水", "朝霧",
        "竹園" },
      true,
      5 },
    { { "婉婷", "子涵", "明哲", "雨桐", "嘉怡", "志远", "静姝", "思源", "晓彤", "俊杰", "若兰", "海波" },
      { "欧阳", "竺", "柏", "花", "云", "容", "贝", "梅", "丘", "游", "柳", "鲜于" },
      true,
      6 },
    { { "Thị Mai", "Văn Đức", "Ngọc Ánh", "Thu Hằng", "Quốc Bảo", "Bích Trâm", "Minh Châu", "Hồng Nhung",
        "Tuấn Kiệt", "Diễm My", "Phương Thảo", "Gia Huy" },
      { "Tô", "Quách", "Khổng", "Lục", "Nghiêm", "Ông", "Phó", "Thạch", "Viên", "Xa", "Đinh", "Giáp" },
      true,
      4 },
    { { "Zoë", "Jürgen", "Anneke", "Ragnhild", "Bjørn", "Søren", "Þóra", "Maïté", "Françoise", "Gözde",
        "Çağla", "Nuša" },
      { "Möhrenschlager", "van der Beemd", "Fjellås", "Kærgaard", "Steinólfsdóttir", "Lefèbure-Noël",
        "Yıldızhan", "Žlahtič", "Großkreutz", "Ståhlhammar", "Rønnevik", "Ó Caoilte" },
      false,
      6 },
};
enum { TONGUES = sizeof tongues / sizeof *tongues, NAMES = 12 };

static void name(char *out, size_t size, const struct tongue *t, struct dice *dice)
{
    const char *given = t->given[dice_of(dice, NAMES)], *family = t->family[dice_of(dice, NAMES)];
    snprintf(out, size, "%s %s", t->family_first ? family : given, t->family_first ? given : family);
}

static const struct tongue *any_tongue(struct dice *dice)
{
    int all = 0;
    for (size_t i = 0; i < TONGUES; i++) {
        all += tongues[i].weight;
    }
    int64_t at = dice_of(dice, all);
    size_t i = 0;
    while (at >= tongues[i].weight) {
        at -= tongues[i++].weight;
    }
    return &tongues[i];
}

void person_make(struct person *out, struct dice *dice, struct date today)
{
    static const char *const relations[] = { "daughter", "son", "partner", "carer", "friend", "interpreter" };
    const struct tongue *t = any_tongue(dice);
    *out = (struct person){ .relation = "" };
    name(out->name, sizeof out->name, t, dice);
    int years = dice_percent(dice, 3) ? (int)dice_from(dice, 15, 17) : (int)dice_from(dice, 19, 71);
    struct date then = { (int16_t)(today.year - years), 1, 1 };
    out->birth_date = date_add_days(then, -(int)dice_from(dice, 1, 364));
    if (!dice_percent(dice, 12)) { /* 07700 900000 to 900999: numbers that Ofcom keeps for fiction */
        snprintf(out->phone, sizeof out->phone, "07700 900%03d", (int)dice_of(dice, 1000));
    }
    if (dice_percent(dice, 9)) {
        name(out->helper, sizeof out->helper, t, dice);
        out->relation = relations[dice_of(dice, 6)];
    }
}
