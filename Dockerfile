# Checked by review only; see docs/operations.md.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=cms.settings.production
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
# The values are needed to start Django once, for collecting; none of them is kept.
RUN python scripts/compile_messages.py \
    && SECRET_KEY=build ALLOWED_HOSTS=build BASE_URL=https://build DATABASE_URL=sqlite:////app/var/build.sqlite3 \
       python manage.py collectstatic --noinput \
    && rm -f var/build.sqlite3* \
    && useradd --system --no-create-home training \
    && mkdir -p var media && chown -R training var media

USER training
EXPOSE 8000
CMD ["sh", "-c", "exec gunicorn cms.wsgi:application --bind 0.0.0.0:${PORT:-8000} --workers ${WEB_CONCURRENCY:-4} --no-control-socket"]
