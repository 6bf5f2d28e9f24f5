from pathlib import PurePosixPath

import core.models.media
from django.db import migrations, models


def keep_names(apps, schema_editor):
    """Files of before are stored under the names with which they were uploaded."""
    materials = apps.get_model("core", "Material")
    for material in materials.objects.filter(original_name="").only("pk", "file").iterator():
        name = PurePosixPath(material.file.name).name[-255:]
        materials.objects.filter(pk=material.pk).update(original_name=name)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0006_statute_versions_in_one_form'),
    ]

    operations = [
        migrations.AddField(
            model_name='material',
            name='original_name',
            field=models.CharField(blank=True, editable=False, max_length=255, verbose_name='file name'),
        ),
        migrations.AlterField(
            model_name='material',
            name='file',
            field=models.FileField(upload_to=core.models.media.store_material, verbose_name='file'),
        ),
        migrations.AlterField(
            model_name='material',
            name='access',
            field=models.CharField(choices=[('by_pages', 'Whoever may read a page that uses it'), ('signed_in', 'Everybody who is signed in'), ('public', 'Everybody')], default='by_pages', help_text='The first choice suits most files: a file of a closed lesson then opens for its participants alone, and a file that no published page uses for editors alone.', max_length=20, verbose_name='who may open it'),
        ),
        migrations.AddIndex(
            model_name='picturerendition',
            index=models.Index(fields=['file'], name='rendition_by_file'),
        ),
        migrations.RunPython(keep_names, migrations.RunPython.noop),
    ]
